-- Votes and the ledger of ballots in parts by round: for installations with rounds of millions of voters.
-- A part is vacuumed, indexed and read by itself, the indexes of a round under way stay small, and the ledger of an old
-- round can move to a slower disk (ALTER TABLE … SET TABLESPACE). It makes no single round faster than one server.
--
--   psql "postgresql://fanmade@database/fanmade" --single-transaction -v ON_ERROR_STOP=1 -f deploy/postgres/partition-ballots.sql
--
-- Run it with the site stopped and after a backup. The database's own rules come along: a key of a table in parts must
-- contain what it is parted by, so (id) becomes (id, round_id) and (ballot_id, version) becomes (ballot_id, version,
-- round_id); a ballot is of one round, which its own table sees to, so both mean what they meant. `ballots` stays whole:
-- other tables point at its id. What it was tried with stands in docs/scaling.md. New rounds fall into the part by default;
-- give a great one its own before it opens:
--
--   CREATE TABLE votes_of_7 PARTITION OF votes FOR VALUES IN (7);
--   CREATE TABLE ballot_versions_of_7 PARTITION OF ballot_versions FOR VALUES IN (7);

ALTER TABLE votes RENAME TO votes_whole;
CREATE TABLE votes (LIKE votes_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY LIST (round_id);
ALTER TABLE votes ADD PRIMARY KEY (id, round_id);
ALTER TABLE votes ADD UNIQUE (round_id, voter_id, submission_id);
ALTER TABLE votes ADD FOREIGN KEY (round_id) REFERENCES rounds (id);
ALTER TABLE votes ADD FOREIGN KEY (voter_id) REFERENCES people (id);
ALTER TABLE votes ADD FOREIGN KEY (submission_id) REFERENCES submissions (id);
ALTER TABLE votes ADD FOREIGN KEY (revision_id) REFERENCES revisions (id);
CREATE TABLE votes_of_others PARTITION OF votes DEFAULT;
INSERT INTO votes SELECT * FROM votes_whole;
ALTER SEQUENCE votes_id_seq OWNED BY votes.id;
DROP TABLE votes_whole;
CREATE INDEX ix_votes_design ON votes (round_id, submission_id);

ALTER TABLE ballot_versions RENAME TO ballot_versions_whole;
CREATE TABLE ballot_versions (LIKE ballot_versions_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY LIST (round_id);
ALTER TABLE ballot_versions ADD PRIMARY KEY (id, round_id);
ALTER TABLE ballot_versions ADD UNIQUE (ballot_id, version, round_id);
ALTER TABLE ballot_versions ADD UNIQUE (round_id, leaf_index);
ALTER TABLE ballot_versions ADD FOREIGN KEY (ballot_id) REFERENCES ballots (id);
ALTER TABLE ballot_versions ADD FOREIGN KEY (round_id) REFERENCES rounds (id);
CREATE TABLE ballot_versions_of_others PARTITION OF ballot_versions DEFAULT;
INSERT INTO ballot_versions SELECT * FROM ballot_versions_whole;
ALTER SEQUENCE ballot_versions_id_seq OWNED BY ballot_versions.id;
DROP TABLE ballot_versions_whole;
CREATE INDEX ix_ballot_versions_unfolded ON ballot_versions (round_id, leaf_index, id);
