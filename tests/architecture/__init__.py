"""The shape of the tree, as tests: order of the apps, sizes, time, money, doors."""
