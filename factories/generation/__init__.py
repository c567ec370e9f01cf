"""Steps of the layout generator, in the order in which they furnish a hall."""
