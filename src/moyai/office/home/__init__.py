"""The first page and a town's page: what every other app knows, put together. Looks at all other apps' queries."""
