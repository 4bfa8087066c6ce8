"""Futurisys: an employee-attrition model in production."""

__version__ = "0.1.0"
