using System.ComponentModel.DataAnnotations;

namespace EmailSms.Store;

/// <summary>The section <c>Store</c>: where the data lies and how much of it there may be.</summary>
internal sealed class StoreOptions
{
    public const string Section = "Store";

    /// <summary>
    /// The folder of the database, made when it is missing. <c>--data</c> on the command line goes before it.
    /// </summary>
    [Required]
    public string Folder { get; set; } = "data";

    /// <summary>
    /// The largest the database may grow. At nine tenths of it the listener answers 452, so that what is already
    /// accepted can still be settled. 0 leaves it to the disk.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long SizeBytesMax { get; set; }

    /// <summary>The listener answers 452 while less than this is free on the disk. 0 never looks.</summary>
    [Range(0, long.MaxValue)]
    public long DiskFreeBytesMin { get; set; } = 128L * 1024 * 1024;

    /// <summary>
    /// Pieces of work in one transaction. About 500 is where more no longer pays for the wait it costs the first.
    /// </summary>
    [Range(1, 10_000)]
    public int BatchMax { get; set; } = 500;

    /// <summary>
    /// What texts are sealed with on disk: the first writes, all of them read. None: they are plain. See
    /// <see cref="SealedTexts"/>.
    /// </summary>
    public List<TextKeyOptions> TextKeys { get; set; } = [];

    public string DatabaseFile => Path.Combine(Folder, "emailsms.db");
}
