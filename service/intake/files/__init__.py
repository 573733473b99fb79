"""Files of results: CSV and XLSX, one patient or many, into the common document."""
