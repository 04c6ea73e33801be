"""The plate number is parsed from every spelling of an address, and from nothing else."""

from itertools import product

import pytest

from recovery.addresses import plate_number

PLATES = [
    ("Calle 45 # 23-95", 95),
    ("CLL 45 No. 23 - 95.", 95),
    ("cl 45 23 95", 95),
    ("Calle 73 # 44-60 Apto 302", 60),
    ("Calle 73 # 44-60 Apto. 302 Torre 5", 60),
    ("Calle 73 # 44-60, apartamento 302", 60),
    ("CL 73 44 60 AP 302", 60),
    ("Calle 73 # 44-60 (302)", 60),
    ("Calle 73 # 44-60-302", 60),
    ("Cra 7 # 12-34 Int 2", 34),
    ("Cra 7 # 12-34 INTERIOR 201", 34),
    ("KR 7 12 34", 34),
    ("KR 7 12 34 IN 2", 34),
    ("Kra. 7 N° 12-34", 34),
    ("K 7 Nº 12-34", 34),
    ("Cra 7 Nro. 12 – 34 P. 2", 34),
    ("Carrera 7 Número 12 — 34", 34),
    ("Carrera 7 num 12-34", 34),
    ("Carrera 7 № 12-34", 34),
    ("Carrera 7 N 12-34", 34),
    ("Carrera 7 N12-34", 34),
    ("Cra7#12-34", 34),
    ("CRA.7 NO.12-34", 34),
    ("Cra. 7a. No. 12-34", 34),
    ("Cra 7-12-34", 34),
    ("Cra 7 - 12 - 34", 34),
    ("Carrera 7 12-34", 34),
    ("Carrera 7 con 12-34", None),
    ("Carrera 7A # 12A-34", 34),
    ("Carrera 7 A # 12 A - 34", 34),
    ("Carrera 7 # 12 Bis - 5", 5),
    ("Carrera 7 # 12-05", 5),
    ("Calle 127 Bis A # 15 B - 20", 20),
    ("Calle 45 Sur # 23A-95 Este", 95),
    ("Carrera 7 Este No. 12B Sur - 34", 34),
    ("Cra 43A # 1 Sur - 50", 50),
    ("Cra 43A # 1 Sur 50 Of 1203", 50),
    ("Calle 45 AA # 23 DD 15", 15),
    ("Avenida 5AN # 23DN-14", 14),
    ("Av 6 Norte # 28 N 36", 36),
    ("Carrera 1ra # 2-34", 34),
    ("Diagonal 40 # 50-12", 12),
    ("DG 40 50 12", 12),
    ("Transversal 40B # 50-12", 12),
    ("Tv. 40 No 50 - 12", 12),
    ("Circular 4 # 70-12", 12),
    ("Av. Cra 68 # 12-34", 34),
    ("AK 68 12 34", 34),
    ("Avenida Calle 26 # 68C-61", 61),
    ("Avenida Nutibara # 66 B - 20", 20),
    ("Av. El Poblado No. 10-25", 25),
    ("Autopista Sur # 60-12", 12),
    ("Avenida 30 de Agosto # 40-12", 12),
    ("Av. 6N # 23-14", 14),
    ("Cl 5ta # 38-14", 14),
    ("Calle 5a. # 38A-14", 14),
    ("Dg 25G # 95A-85", 85),
    ("Cr 43 A 1 A Sur 50", 50),
    ("CALLE 12 SUR NRO 48 - 57 INT 301", 57),
    ("Carrera 66B No 34A - 76 (interior 101)", 76),
    ("Carrera 8 # 7-26/Palacio", 26),
    ("Calle 9 Norte # 4 Oeste - 33", 33),
    ("calle 45 # 23 - 95 barrio 20 de julio", 95),
    ("Cra. 50 #50-50 Piso 2", 50),
    ("Barrio Centro, Calle 10 # 20-37", 37),
    ("Conjunto Los Pinos Torre 4 Calle 73 # 44-60 Casa 5", 60),
    ("Apto 302 Calle 73 # 44-60", 60),
    ("Urbanización El Prado Mz 5 Casa 12, Calle 10 # 20-37", 37),
    ("Calle 10 # 20-37 sur", 37),
    ("Calle 10 # 20-37A", 37),
    ("Calle 45 # 23-195", 195),
    ("Vía 40 # 71-197", 197),
    ("Carrera 7 # 12-00", 0),
    ("Calle 10 # 20-37/41", None),
    ("Calle 10 # 20-37 y 41", None),
    ("Calle 10 # 20-37 / Cra 5 # 3-12", None),
    ("Calle 45 con Carrera 12", None),
    ("Calle 45 # 12", None),
    ("Calle 45", None),
    ("Calle 5 Mz 3 Casa 12", None),
    ("Calle 10 # 20 Casa 37", None),
    ("Manzana 5 Casa 12", None),
    ("Mz 5 Lt 12", None),
    ("MZ 5 CS 12-34", None),
    ("Mz C Casa No. 12-34", None),
    ("Lote # 12-34", None),
    ("Torre 2 Apto 12-34", None),
    ("Apto No. 12-34", None),
    ("Vereda El Carmen, finca La Esperanza", None),
    ("Vereda El Carmen Km 5 vía La Ceja", None),
    ("Km 14 vía Las Palmas", None),
    ("Finca 12 34 56", None),
    ("Corregimiento San Antonio casa 12", None),
    ("A.A. 12345", None),
    ("5551234", None),
    ("", None),
]


@pytest.mark.parametrize(("address", "plate"), PLATES)
def test_the_plate_is_the_number_after_the_hyphen(address: str, plate: int | None) -> None:
    assert plate_number(address) == plate


STREETS = ["Calle", "Cll.", "CL", "Carrera", "Cra.", "KR", "Diag.", "TV", "Avenida", "Av. Cra"]
MARKS = [" # ", " No. ", " N° ", " Nº", " ", "#", " - ", " Nro. "]
SUFFIXES = ["", "A", " A", " Bis", " Sur", "BB", " Bis A"]
HYPHENS = ["-", " - ", " – ", " "]
RESTS = ["", " Apto 302", " Int. 2", ", Bello", " Torre 3 Apto 4-12", " Este"]


def test_every_spelling_of_one_address_has_one_plate() -> None:
    spellings = [
        f"{street} 73{of_street}{mark}44{of_crossing}{hyphen}60{rest}"
        for street, mark, suffix, hyphen, rest in product(STREETS, MARKS, SUFFIXES, HYPHENS, RESTS)
        for of_street, of_crossing in ((suffix, ""), ("", suffix))
    ]
    assert [spelling for spelling in spellings if plate_number(spelling) != 60] == []


def test_a_long_text_takes_no_time() -> None:
    assert plate_number("Calle 1 " * 20_000) is None
    assert plate_number("1a" * 20_000 + " # ") is None
