"""What the workers measured, added up: from :class:`part.Part` to :class:`record.Record`, in bounded memory."""
