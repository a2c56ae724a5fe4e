"""Lists and boards: the bench, matters, documents, what is due, supervision, subjects, refused deliveries."""
