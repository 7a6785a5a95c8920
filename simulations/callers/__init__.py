"""Who calls: their voices, the sounds they make besides, and what keeps engines from doing the same work twice."""
