-- Made-up customers and orders, as on 4 March 2026. It runs once, into an empty database in the data directory.
CREATE TABLE customer (
    account TEXT PRIMARY KEY CHECK (length(account) = 8),
    name TEXT NOT NULL,
    phone TEXT NOT NULL
);

CREATE TABLE purchase (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES customer (account),
    item TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('processing', 'packed', 'shipped', 'out_for_delivery', 'delivered', 'cancelled')),
    ordered_on TEXT NOT NULL,
    delivery_date TEXT,
    updated_on TEXT NOT NULL
);

CREATE INDEX purchase_by_account ON purchase (account, ordered_on);

INSERT INTO customer (account, name, phone) VALUES
    ('55012479', 'Maya Ferrin', '+15550100101'),
    ('20483317', 'Tobias Hale', '+15550100102'),
    ('71930264', 'Priya Anand', '+15550100103'),
    ('38846150', 'Leon Castellan', '+15550100104'),
    ('90217745', 'Grace Okoro', '+15550100105'),
    ('64105938', 'Henrik Solberg', '+15550100106'),
    ('13579204', 'Amelia Winslow', '+15550100107'),
    ('47762081', 'Yusuf Demir', '+15550100108'),
    ('82340956', 'Clara Neumann', '+15550100109'),
    ('29651873', 'Jonah Petrov', '+15550100110'),
    ('56098412', 'Isla MacRae', '+15550100111'),
    ('78123046', 'Diego Morales', '+15550100112'),
    ('31420987', 'Nora Lindqvist', '+15550100113'),
    ('60574329', 'Samuel Adeyemi', '+15550100114');

INSERT INTO purchase (id, account, item, status, ordered_on, delivery_date, updated_on) VALUES
    ('48213', '55012479', 'fibre router', 'shipped', '2026-03-01', '2026-03-05', '2026-03-03'),
    ('48377', '20483317', 'mesh booster', 'processing', '2026-03-02', '2026-03-09', '2026-03-02'),
    ('47102', '20483317', 'fibre router', 'delivered', '2026-02-10', '2026-02-14', '2026-02-14'),
    ('48401', '71930264', 'phone handset', 'packed', '2026-03-02', '2026-03-06', '2026-03-03'),
    ('48120', '71930264', 'wall socket', 'out_for_delivery', '2026-02-27', '2026-03-04', '2026-03-04'),
    ('48059', '71930264', 'network cable', 'delivered', '2026-02-24', '2026-02-28', '2026-02-28'),
    ('47988', '38846150', 'fibre router', 'cancelled', '2026-02-20', NULL, '2026-02-22'),
    ('48266', '90217745', 'set-top box', 'out_for_delivery', '2026-02-28', '2026-03-04', '2026-03-04'),
    ('47790', '64105938', 'mesh booster', 'shipped', '2026-02-18', '2026-02-24', '2026-02-20'),
    ('48330', '13579204', 'fibre router', 'processing', '2026-03-03', '2026-03-10', '2026-03-03'),
    ('48331', '13579204', 'phone handset', 'processing', '2026-03-03', '2026-03-10', '2026-03-03'),
    ('48007', '47762081', 'set-top box', 'delivered', '2026-02-21', '2026-02-26', '2026-02-26'),
    ('48290', '82340956', 'mesh booster', 'shipped', '2026-02-28', '2026-03-05', '2026-03-02'),
    ('48145', '29651873', 'fibre router', 'packed', '2026-02-27', '2026-03-06', '2026-03-03'),
    ('47655', '29651873', 'wall socket', 'delivered', '2026-02-12', '2026-02-17', '2026-02-17'),
    ('48410', '78123046', 'phone handset', 'shipped', '2026-03-03', '2026-03-06', '2026-03-04'),
    ('48188', '31420987', 'network cable', 'out_for_delivery', '2026-02-28', '2026-03-04', '2026-03-04'),
    ('48222', '60574329', 'set-top box', 'processing', '2026-03-01', '2026-03-11', '2026-03-01');
