"""A small calculator: what the example suite tests."""


def add(a, b):
    return a + b


def divide(a, b):
    if b == 0:
        raise ValueError("cannot divide by zero")
    return a / b


def average(numbers):
    """Wrong on purpose for an empty list: test_broken.py shows how a failure looks."""
    return sum(numbers) / len(numbers)
