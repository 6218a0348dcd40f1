def add_user(users, name):
    users.append({'user': name})
    return users


def user_names(users):
    return [entry['user'] for entry in users]


def has_user(users, name):
    return name in user_names(users)
