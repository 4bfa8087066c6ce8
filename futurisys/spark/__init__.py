"""A cluster's door: the service's answers for the employees of a data frame, where it is."""
