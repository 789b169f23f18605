"""`keng doctor`: is this machine fit for a centre, and is the centre that runs on it well?"""
