using System.ComponentModel.DataAnnotations;

namespace EmailSms.Carriers.Routing;

/// <summary>In which order a route's carriers are asked.</summary>
internal enum RouteOrder
{
    /// <summary>As they are listed: the next one only when those before it take nothing.</summary>
    Listed,

    /// <summary>
    /// Shared out by weight. A phone keeps its carrier while that takes SMS, so that its SMS stay in order and
    /// come from one sender.
    /// </summary>
    Weighted,

    /// <summary>By the price of a part; one whose price is not known comes last.</summary>
    Cheapest,

    /// <summary>By price and quality together.</summary>
    Balanced,
}

/// <summary>What an SMS must be for a route, or for one carrier of one. All that are written have to hold.</summary>
internal abstract class RouteConditionOptions
{
    /// <summary>Countries of destination, as ISO codes such as GB.</summary>
    public List<string> Countries { get; set; } = [];

    /// <summary>Beginnings of destination numbers, such as +4477.</summary>
    public List<string> Prefixes { get; set; } = [];

    /// <summary>
    /// Mobile networks by their codes (MCC-MNC), such as 234-10, or 310-* for all of a country. A phone whose network
    /// no carrier has told is in none of them.
    /// </summary>
    public List<string> Networks { get; set; } = [];

    /// <summary>Sender rules by number, as <c>emailsms senders list</c> shows them.</summary>
    public List<string> SenderRules { get; set; } = [];

    /// <summary>normal, urgent or flash.</summary>
    public List<string> Classes { get; set; } = [];

    /// <summary>Sender IDs, own numbers with their plus sign among them.</summary>
    public List<string> SenderIds { get; set; } = [];

    /// <summary>Days of the week, such as mon-fri.</summary>
    [StringLength(40)]
    public string Days { get; set; } = "";

    /// <summary>Hours such as 08:00-18:00, also over midnight.</summary>
    [StringLength(11)]
    public string Hours { get; set; } = "";

    /// <summary>The zone of days and hours; empty: that of Addresses:TimeZone.</summary>
    [StringLength(64)]
    public string TimeZone { get; set; } = "";
}

/// <summary>A carrier of a route, with what an SMS must be for it.</summary>
internal sealed class RouteCarrierOptions : RouteConditionOptions
{
    /// <summary>Its name in Carriers.</summary>
    [Required(ErrorMessage = "A route's carrier needs the name that it has in Carriers.")]
    public string Carrier { get; set; } = "";

    /// <summary>Its share where the order is Weighted.</summary>
    [Range(1, 1000)]
    public int Weight { get; set; } = 1;

    /// <summary>It takes SMS of at most so many parts; 0 for any.</summary>
    [Range(0, 255)]
    public int PartsMax { get; set; }
}

/// <summary>A route: one entry of the section <c>Routes</c>. The first that fits an SMS orders its carriers.</summary>
internal sealed class RouteOptions : RouteConditionOptions
{
    public const string Section = "Routes";

    /// <summary>What it is called on timelines.</summary>
    [Required(ErrorMessage = "A route needs a name, which timelines show."), StringLength(32)]
    public string Name { get; set; } = "";

    /// <summary>In which order its carriers are asked.</summary>
    public RouteOrder Order { get; set; }

    /// <summary>The carriers.</summary>
    [MinLength(1, ErrorMessage = "A route needs a carrier.")]
    public List<RouteCarrierOptions> Carriers { get; set; } = [];

    /// <summary>Balanced: how much quality counts against price, in percent.</summary>
    [Range(0, 100)]
    public int QualityPercent { get; set; } = 50;

    /// <summary>The same for urgent SMS.</summary>
    [Range(0, 100)]
    public int UrgentQualityPercent { get; set; } = 90;

    /// <summary>
    /// Cheapest and Balanced: a carrier whose quality is known to be lower, in percent, is asked after all others.
    /// </summary>
    [Range(0, 100)]
    public int QualityMin { get; set; } = 50;

    /// <summary>
    /// So many SMS of a hundred ask such a carrier first, to see whether it is better; urgent ones never do.
    /// </summary>
    [Range(0, 100)]
    public int ProbePercent { get; set; } = 2;
}
