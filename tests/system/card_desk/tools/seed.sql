CREATE TABLE charge (bill TEXT, card_digest TEXT, code_digest TEXT);
