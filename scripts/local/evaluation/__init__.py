"""Rate the debates of a model on articles written for it."""
