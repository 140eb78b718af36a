namespace EmailSms.Store;

/// <summary>A sealed value that is not what was written there: it was changed, or is of another row.</summary>
internal sealed class BrokenSeal(SealedColumn column, string rowKey) : Exception(
    $"{column.Table}.{column.Name} of {rowKey} cannot be opened: it was changed, or is of another row.");
