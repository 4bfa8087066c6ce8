"""What the law asks of whoever uses the model, as the card asks it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    """One thing that the law asks of whoever uses the model: where it stands, and a question."""

    source: str
    question: str


# Asked where what is kept is learnt from, which is another purpose than estimating.
FRENCH_LEARNING = Duty(
    "RGPD, articles 5 et 13 : une finalité de plus",
    "Ce service garde aussi les faits pour entraîner un modèle. Cette finalité est-elle écrite, sa "
    "base légale choisie, la durée de conservation qu'elle demande justifiée, et les personnes en "
    "ont-elles été informées, avec leur droit de s'y opposer ?",
)
FRENCH_LAW = (
    Duty(
        "RGPD, article 5",
        "La finalité est-elle écrite, les champs limités à ce qu'elle exige, les données "
        "exactes, et leur durée de conservation fixée et appliquée ?",
    ),
    Duty(
        "RGPD, articles 13 et 14",
        "Chaque personne a-t-elle été informée, avant la première estimation, du responsable, "
        "de la finalité, de la base légale, des données et de leur source, de la durée de "
        "conservation, de ses droits, et de l'existence de ce profilage ?",
    ),
    Duty(
        "RGPD, article 15",
        "Une personne qui le demande peut-elle obtenir ses données, les estimations conservées "
        "et leurs facteurs ?",
    ),
    Duty(
        "RGPD, article 17",
        "Ses données sont-elles effacées lorsqu'elle y a droit, par une procédure que vous "
        "avez essayée ?",
    ),
    Duty(
        "RGPD, article 18",
        "Savez-vous limiter le traitement pour une personne qui conteste ses données ou leur "
        "usage, le temps de le vérifier ?",
    ),
    Duty(
        "RGPD, article 21",
        "Une personne peut-elle s'opposer à ce profilage, le sait-elle, et son opposition "
        "est-elle suivie dans chaque fichier que vous faites estimer ?",
    ),
    Duty(
        "RGPD, article 22",
        "Une personne compétente, qui peut s'écarter de l'estimation, prend-elle chaque décision "
        "qui affecterait quelqu'un de manière significative ?",
    ),
    Duty(
        "RGPD, article 35",
        "L'analyse d'impact a-t-elle été faite, avec votre délégué à la protection des "
        "données, et avant la première estimation ?",
    ),
    Duty(
        "CNIL, délibération n° 2018-327 du 11 octobre 2018",
        "Savez-vous que cette analyse n'est pas facultative ? La liste de la CNIL la rend "
        "obligatoire pour un traitement qui vise à détecter et à prévenir les départs de "
        "salariés à partir de corrélations entre divers facteurs.",
    ),
    Duty(
        "Règlement européen sur l'IA, annexe III, point 4",
        "Avez-vous traité ce système comme étant probablement à haut risque ? Celui qui sert à "
        "gérer les travailleurs peut l'être, et il l'est toujours lorsqu'il établit le profil "
        "de personnes (article 6, paragraphe 3). Ces obligations s'appliqueraient à partir du "
        "2 décembre 2027 : vérifiez cette date, et vos obligations de déployeur, dont "
        "l'information des travailleurs et de leurs représentants.",
    ),
    Duty(
        "Code du travail, article L1132-1",
        "Avez-vous vérifié, groupe par groupe, qu'aucune mesure prise d'après les estimations "
        "ne désavantage, directement ou non, des personnes en raison de l'âge, du sexe, de la "
        "situation de famille, du lieu de résidence ou d'un autre critère protégé ?",
    ),
    Duty(
        "Code du travail, article L1222-3",
        "Les salariés ont-ils été expressément informés, avant sa mise en œuvre, de cette "
        "méthode, est-elle pertinente au regard de sa finalité, et ses résultats restent-ils "
        "confidentiels ?",
    ),
    Duty(
        "Code du travail, article L1222-4",
        "Toute donnée personnelle que le modèle lit vient-elle d'un dispositif porté "
        "préalablement à la connaissance des salariés ?",
    ),
    Duty(
        "Code du travail, article L2312-8",
        "Le comité social et économique a-t-il été consulté avant l'introduction de cette "
        "technologie nouvelle, si l'entreprise a au moins cinquante salariés ?",
    ),
    Duty(
        "Code du travail, article L2312-38",
        "Le comité a-t-il été informé, avant son introduction, de ce traitement automatisé de "
        "gestion du personnel, et l'est-il de chaque modification, dont un autre modèle ?",
    ),
)

ENGLISH_LAW = (
    Duty(
        "GDPR, article 5",
        "Is the purpose written down, are the fields limited to what it needs, the data "
        "accurate, and is a storage period set and applied?",
    ),
    Duty(
        "GDPR, articles 13 and 14",
        "Was each person told, before the first estimate, who is responsible, the purpose, the "
        "legal basis, the data and where it is from, how long it is kept, their rights, and "
        "that this profiling exists?",
    ),
    Duty(
        "GDPR, article 15",
        "Can a person who asks get their data, the estimates kept and their factors?",
    ),
    Duty(
        "GDPR, article 17",
        "Is their data erased where they have the right, by a procedure that you have tried?",
    ),
    Duty(
        "GDPR, article 18",
        "Can you restrict the processing for a person who contests their data or its use, for "
        "as long as it takes to verify?",
    ),
    Duty(
        "GDPR, article 21",
        "Can a person object to this profiling, do they know, and is the objection followed in "
        "every file that you have estimated?",
    ),
    Duty(
        "GDPR, article 22",
        "Does a competent person, free to depart from the score, take every decision that "
        "would significantly affect somebody?",
    ),
    Duty(
        "GDPR, article 35",
        "Was the impact assessment made, with your data protection officer, and before the "
        "first estimate?",
    ),
    Duty(
        "CNIL, délibération 2018-327 of 11 October 2018",
        "Do you know that this assessment is no option? The list of the French authority makes "
        "it compulsory for processing that aims to detect and prevent employees' departures "
        "from correlations between various factors.",
    ),
    Duty(
        "EU AI Act, annex III, point 4",
        "Have you treated this system as probably high-risk? One used to manage workers may "
        "be, and always is when it profiles people (article 6, paragraph 3). These duties "
        "would apply from 2 December 2027: check that date, and your duties as a deployer, "
        "among them to inform workers and their representatives.",
    ),
    Duty(
        "French Code du travail, article L1132-1",
        "Have you checked, group by group, that no measure taken after the scores puts people "
        "at a disadvantage, directly or not, for age, sex, family situation, place of "
        "residence or another protected ground?",
    ),
    Duty(
        "French Code du travail, article L1222-3",
        "Were employees expressly told of this method before it was used, is it relevant to "
        "its purpose, and do its results stay confidential?",
    ),
    Duty(
        "French Code du travail, article L1222-4",
        "Does all personal data that the model reads come from means of which employees were "
        "told beforehand?",
    ),
    Duty(
        "French Code du travail, article L2312-8",
        "Was the works council consulted before this new technology was introduced, "
        "where the company has fifty employees or more?",
    ),
    Duty(
        "French Code du travail, article L2312-38",
        "Was the council told of this automated management of personnel before it was "
        "introduced, and is it told of each change, another model among them?",
    ),
)
