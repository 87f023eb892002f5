"""Links between productions: proposed from what they say, decided by people, kept as records.

productions   what is compared, read from a snapshot          known       what was decided, and what it teaches
wording       words, addresses, identifiers in one form       weights     bags of terms as rows, by rarity
neighbours    the nearest of many vectors                  origin      what a production says it comes from
corpus        many productions, ready to be compared          blocking    the few pairs worth comparing
features      what two have in common and what not            scoring     the odds of each strength, moved by reviews
closing       what sure pairs say of a third                  proposing   the best pairs, bounded
explaining    why, in a sentence                              record      a record of a link; `records` all of them
review        the queue; `sides` what a reviewer compares     statistics  what decisions say of the confidence
"""
