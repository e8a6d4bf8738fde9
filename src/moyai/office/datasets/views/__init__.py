"""The pages of datasets: what anybody sees, what they download, and where an organisation looks after its own."""
