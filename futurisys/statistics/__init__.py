"""What numbers alone can tell: intervals, tests and curves, on numpy."""
