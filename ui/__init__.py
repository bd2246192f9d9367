"""The Gradio page and its real-time stream."""
