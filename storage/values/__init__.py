"""The frozen values that other packages exchange with the store. Standard library only."""
