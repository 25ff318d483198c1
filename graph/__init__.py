"""The facts, and the code that reads, dates, closes and explains them."""
