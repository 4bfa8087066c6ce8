"""What the card says in words: what the model is for, where it stops, what the law asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from futurisys.model.duties import ENGLISH_LAW, FRENCH_LAW, Duty

NOTICE = (
    "Signal statistique à peser par une personne : aucune décision ne doit reposer sur lui seul."
)
ASSOCIATION = (
    "Association observée dans les données, et non un effet : rien ne dit qu'un changement ferait "
    "baisser le risque de cette personne."
)
ASSOCIATION_OF_GROUP = (
    "Association observée dans les données, et non un effet : rien ne dit qu'un changement ferait "
    "baisser le risque de ces personnes, ni combien resteraient."
)

# Whence the people of a model may be: extracts that were given, what the service has kept.
EXTRACTS, RECORDS = "extracts", "records"
OTHERS = (
    "Environ neuf fois sur dix, un modèle qui aurait appris d'autres personnes aurait répondu dans "
    "ces limites ; ce n'est pas une marge sur ce que fera la personne."
)


@dataclass(frozen=True)
class Statements:
    """The words of one language.

    fictional, own, kept: what is said of training data that is the sample's, of extracts that are
    not, and of what the service has kept; drawn: of those for whom a measure was taken.
    undated, dated: the first limit of a model without a horizon, and of one that has so many days.
    """

    purpose: str
    excluded: tuple[str, ...]
    fictional: str
    own: str
    kept: str
    drawn: str
    undated: str
    dated: str
    limits: tuple[str, ...]
    of_sample: tuple[str, ...]
    law: tuple[Duty, ...]
    advice: str

    def origin_of(self, fictional: bool, people_from: Sequence[str], drawn: int) -> str:
        """Where the people come from of whom a model has learnt; drawn: as its card says."""
        if fictional:
            return self.fictional
        told = [self.own] if EXTRACTS in people_from or not people_from else []
        told += [self.kept] if RECORDS in people_from else []
        told += [self.drawn.format(people=drawn)] if drawn else []
        return " ".join(told)

    def limits_of(self, fictional: bool, horizon: int | None) -> tuple[str, ...]:
        """Where a model stops; horizon: in days, where it has one."""
        first = self.undated if horizon is None else self.dated.format(days=horizon)
        return (first, *self.limits, *(self.of_sample if fictional else ()))


FRENCH = Statements(
    purpose="Estimer, à partir de faits tirés des extraits RH, la probabilité qu'un "
    "employé quitte l'entreprise, pour préparer une conversation, comparer des groupes et "
    "chercher ce qui pourrait être amélioré. C'est un signal statistique, à peser par une "
    "personne qui connaît la situation.",
    excluded=(
        "Décider de quoi que ce soit pour une personne sur le seul risque estimé : embauche, "
        "mutation, rémunération, promotion, formation, sanction ou rupture.",
        "Surveiller une personne, ou conserver à son sujet un classement qu'elle ignore.",
        "Décider de qui partira dans un plan de départs, ou évaluer un manager sur les risques "
        "estimés dans son équipe.",
        "Prouver une cause : une raison dit ce que le modèle a compté, non ce qui arrivera si on "
        "le change.",
        "Estimer pour une population à laquelle les données d'entraînement ne ressemblent pas.",
    ),
    fictional="Les données d'entraînement sont fictives : elles ont été fabriquées et publiées "
    "par IBM, et aucune ligne ne parle d'une personne réelle. Les mesures du modèle ne disent donc "
    "rien d'une entreprise réelle : il doit être entraîné et mesuré sur les données de la vôtre "
    "avant que l'on s'y fie.",
    own="Le modèle a été entraîné sur les extraits que le responsable du service a fournis. Le "
    "service ne sait rien de leur origine : documentez-la.",
    kept="Le modèle a été entraîné sur ce que ce service a gardé : les faits de la première "
    "estimation de chaque personne, et les départs dits ensuite ; sans les personnes qui "
    "s'opposent à une estimation ou la contestent, ni les faits dits faux.",
    drawn="Pour {people} de ces personnes, une mesure a été prise avant le terme : leur issue est "
    "tirée de celles de personnes du même mot, vues plus longtemps.",
    undated="Les données n'ont pas de date : une probabilité ne dit pas dans quel délai un départ "
    "aurait lieu.",
    dated="Une probabilité est celle d'un départ dans les {days} jours qui suivent la date des "
    "faits ; elle ne dit rien de plus tard, ni d'années qui ne ressemblent pas à celle-là.",
    limits=(
        "Chaque mesure varie d'un découpage des données à l'autre ; l'écart-type qui l'accompagne "
        "le dit.",
        "Une valeur hors de ce que le modèle a vu, ou une valeur inconnue, reçoit une estimation "
        "moins sûre, avec un avertissement.",
        "Écarter l'âge, le genre et le statut marital ne rend pas à lui seul le modèle plus "
        "juste : d'autres champs peuvent en tenir lieu.",
        "La distance entre le domicile et le travail est proche du lieu de résidence, critère "
        "que la loi protège.",
        "Ce que le service a appris vieillit : mesurez de nouveau dès que l'entreprise change.",
    ),
    of_sample=(
        "Le nombre de participations au plan d'épargne entreprise permet de deviner le statut "
        "marital : une personne célibataire n'en a aucune.",
        "Les départs des plus de 45 ans sont les plus mal repérés.",
    ),
    law=FRENCH_LAW,
    advice="Cette liste aide à préparer votre propre examen ; ce n'est pas un conseil juridique.",
)

ENGLISH = Statements(
    purpose="Estimate, from facts of the HR extracts, the probability that an employee "
    "leaves, to prepare a conversation, compare groups and look for what could be improved. It is "
    "a statistical signal, to be weighed by a person who knows the situation.",
    excluded=(
        "Deciding anything about a person by the score alone: hiring, transfer, pay, promotion, "
        "training, sanction or dismissal.",
        "Watching a person, or keeping a ranking that the person knows nothing of.",
        "Choosing who goes in a redundancy plan, or judging a manager by the team's scores.",
        "Proving a cause: a factor says what the model counted, not what a change would bring.",
        "Estimating for a population that the training data does not resemble.",
    ),
    fictional="The training data is fictional: made and published by IBM, no row is about a real "
    "person. The figures of this card therefore say nothing of a real company: train and measure "
    "the model on your own data before you rely on it.",
    own="The model was trained on extracts that whoever runs the service provided. This card knows "
    "nothing of their origin: document it.",
    kept="The model was trained on what the service has kept: the facts of each person's first "
    "estimate, and the departures that were told of later; without whoever opposes or contests an "
    "estimate, and without facts that were said to be wrong.",
    drawn="For {people} of them a measure was taken before the end of the horizon: whether they "
    "left is drawn from people of the same word who were seen for longer.",
    undated="The data has no dates: a probability does not say within what time somebody would "
    "leave.",
    dated="A probability is that of leaving within {days} days of the date of the facts; it says "
    "nothing of later, nor of times that are unlike those.",
    limits=(
        "Each figure varies from one split of the data to another, as the standard deviation "
        "beside it says.",
        "A value outside what the model has seen, or an unknown level, gets a less certain answer, "
        "with a warning.",
        "Leaving age, gender and marital status out does not by itself make the model fairer: "
        "other fields can stand for them.",
        "The distance between home and work is close to the place of residence, which the law "
        "protects.",
        "What was learnt grows old: measure again whenever the company changes.",
    ),
    of_sample=(
        "The number of participations in the savings plan gives marital status away: a single "
        "person has none.",
        "Leavers over 45 are found worst.",
    ),
    law=ENGLISH_LAW,
    advice="This list helps to prepare your own review; it is not legal advice.",
)
