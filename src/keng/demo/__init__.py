"""A demo province: agencies, traffic, a campaign, sent by real protocols."""
