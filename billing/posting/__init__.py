"""Translation of what happened into journals: pure planners, and the services that record them."""
