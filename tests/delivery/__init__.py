"""The post, judged by what stands on the platforms."""
