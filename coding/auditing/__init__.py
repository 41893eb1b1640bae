"""The coding audit: drawing a sample, reading the second coding, comparing, scoring. Pure, but for
`typed`, which asks the code sets.
"""
