"""A new reporting year: the rows and the folder it begins with (:mod:`begin`), and what is still missing of it (:mod:`missing`).

Both work on the seeds and know no delivery. What a person has to decide is marked with :data:`OPEN` where it stands.
"""

#: Stands where something is to be filled in, or where what is proposed is to be looked at.
OPEN = "FYLL I"
#: The file in the report's folder that says what to do, in order.
CHECKLIST = "CHECKLISTA.md"
