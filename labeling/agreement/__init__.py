"""How far people agree, with others and with themselves, and what follows for the label of an item.

Pure: numpy only, no Django, no pandas. Each file says where its formulas come from.
"""
