"""The computer that a program runs on: its files and its terminal."""
