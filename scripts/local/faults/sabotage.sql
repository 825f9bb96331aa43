-- What the faults of a database are made of; only ever in the embedded one. A sequence counts, as no rollback reaches it.
CREATE SCHEMA sabotage;

CREATE SEQUENCE sabotage.struck;

CREATE TABLE sabotage.silence (muted boolean NOT NULL);

INSERT INTO sabotage.silence VALUES (false);

CREATE FUNCTION sabotage.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT muted FROM sabotage.silence) THEN
        PERFORM nextval('sabotage.struck');
    ELSE
        PERFORM pg_catalog.pg_notify($1, $2);
    END IF;
END
$$;

CREATE FUNCTION sabotage.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('sabotage.struck');
    RAISE EXCEPTION 'sabotage' USING ERRCODE = TG_ARGV[0];
END
$$;

CREATE FUNCTION sabotage.gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(42);
    RETURN NEW;
END
$$;

CREATE VIEW sabotage.waiting AS SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted;

-- A function of this name that is found before PostgreSQL's own can lose notifications.
ALTER DATABASE debates SET search_path = sabotage, pg_catalog, public;
