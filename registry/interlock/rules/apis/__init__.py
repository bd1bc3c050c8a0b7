"""How API products are written: what commands take, what operations answer, who may call them, how lists are paged."""
