"""`keng send`: the forwarder for machines that have none. It follows files and folders and sends them by bulk."""
