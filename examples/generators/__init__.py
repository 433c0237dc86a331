"""Made-up deliveries for examples and tests. Whatever is invented here says so in the data themselves."""
