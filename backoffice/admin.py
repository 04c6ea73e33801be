"""Registration of every list on the staff site, `/admin/`."""

from accounts.models import ContactChange, Member
from audit.models import Event
from backoffice.cannot_recover import CannotRecoverList
from backoffice.contact_changes import ContactChangeList
from backoffice.events import EventList
from backoffice.mails import MessageList
from backoffice.members import MemberList
from backoffice.models import CannotRecover, Staff
from backoffice.products import ProductList
from backoffice.recoveries import AttemptList
from backoffice.site import site as site  # re-exported: cooperen.urls needs it with every list registered
from backoffice.staff import StaffAdmin
from outbox.models import Message
from recovery.models import Attempt
from statements.models import Product

site.register(Member, MemberList)
site.register(ContactChange, ContactChangeList)
site.register(Attempt, AttemptList)
site.register(CannotRecover, CannotRecoverList)
site.register(Message, MessageList)
site.register(Product, ProductList)
site.register(Event, EventList)
site.register(Staff, StaffAdmin)
