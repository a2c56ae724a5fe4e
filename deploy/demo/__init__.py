"""Parts of the demonstration: eight nodes, their letters, the scripted day and the tour."""
