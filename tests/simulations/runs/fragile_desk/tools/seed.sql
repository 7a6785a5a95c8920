CREATE TABLE parcel (number TEXT PRIMARY KEY CHECK (length(number) = 4));
