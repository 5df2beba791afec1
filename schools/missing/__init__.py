"""Children missing education: cases, from the day that they are noticed to the day that it is known where they are."""
