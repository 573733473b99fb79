"""Every case of the patient's page, drawn for people to look at."""
