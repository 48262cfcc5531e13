"""The steps that bring a store, on either database, from an older version of the tables to today's."""
