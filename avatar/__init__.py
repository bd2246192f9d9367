"""Speech and affect to motion, motion to pictures."""
