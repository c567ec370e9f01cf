"""Balance by request: frames are chosen until the labelled objects in them are as many, of each kind, as asked for."""
