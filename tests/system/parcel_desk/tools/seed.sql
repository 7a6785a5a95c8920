CREATE TABLE parcel (number TEXT PRIMARY KEY CHECK (length(number) = 4));
INSERT INTO parcel (number) VALUES ('1000'), ('1001'), ('1002');
