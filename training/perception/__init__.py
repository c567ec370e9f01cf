"""Networks that see: semantic segmentation and detection, learned from recorded datasets and scored on them."""
