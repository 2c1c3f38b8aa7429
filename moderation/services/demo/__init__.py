"""A first policy, people, pictures and a history of labels, so that a fresh clone can be tried at once."""
