"""National reference files (schools, GP practices, postcodes) taken in as their publishers write them."""
