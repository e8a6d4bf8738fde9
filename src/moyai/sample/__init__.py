"""The sample region: real open data with its licences. Read by moyai.intake.sample."""
