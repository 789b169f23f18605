"""The durable queue: the point of acknowledgement."""
